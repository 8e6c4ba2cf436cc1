import type { Right } from '#schemas/policy/rights.ts';

/** The lines of members, and of what is kept about people, in the table of who gets in where (access-matrix.test.ts). */
export const memberAccess: Readonly<Record<string, Right>> = {
  'POST /api/stores/:store/members/find': 'look-up-members',
  'POST /api/stores/:store/members': 'enrol-members',
  'GET /api/stores/:store/members/:member': 'look-up-members',
  'POST /api/stores/:store/members/:member': 'edit-members',
  'POST /api/stores/:store/members/:member/merge': 'merge-members',
  'POST /api/stores/:store/members/:member/leave': 'edit-members',
  'POST /api/stores/:store/members/:member/points': 'adjust-points',
  'GET /api/stores/:store/members/:member/habits': 'see-members-whole',
  'POST /api/stores/:store/members/:member/notes': 'enrol-members',
  'POST /api/stores/:store/members/:member/notes/:note/remove': 'edit-members',
  'GET /api/stores/:store/member-rules': 'look-up-members',
  'POST /api/stores/:store/member-rules': 'edit-member-rules',
  'GET /api/stores/:store/member-rules/attention': 'see-members-whole',
  'GET /api/stores/:store/segments': 'see-members-whole',
  'POST /api/stores/:store/segments': 'edit-promotions',
  'POST /api/stores/:store/segments/count': 'see-members-whole',
  'POST /api/stores/:store/segments/:segment/end': 'edit-promotions',
  'POST /api/stores/:store/segments/:segment/grant': 'edit-promotions',
  'GET /api/stores/:store/segments/:segment/export.csv': 'read-personal-data',
  'GET /api/stores/:store/personal-data/people/:person': 'read-personal-data',
  'GET /api/stores/:store/personal-data/people/:person/export': 'read-personal-data',
  'POST /api/stores/:store/personal-data/people/:person/erase': 'erase-personal-data',
  'GET /api/personal-data/people/:person': 'read-personal-data',
  'GET /api/personal-data/people/:person/export': 'read-personal-data',
  'POST /api/personal-data/people/:person/erase': 'erase-personal-data',
  'GET /api/stores/:store/personal-data/members': 'read-personal-data',
  'GET /api/stores/:store/personal-data/members/:person': 'read-personal-data',
  'GET /api/stores/:store/personal-data/members/:person/export': 'read-personal-data',
  'POST /api/stores/:store/personal-data/members/:person/erase': 'erase-personal-data',
};

/** The member's own page: who is meant says its own cookie (member-page/member-page.test.ts). */
export const memberPageAccess: Readonly<Record<string, 'anybody'>> = {
  'GET /m': 'anybody',
  'GET /m/code.js': 'anybody',
  'GET /m/code.png': 'anybody',
  'POST /m/sign-in': 'anybody',
  'POST /m/enter': 'anybody',
  'POST /m/sign-out': 'anybody',
  'POST /m/consents': 'anybody',
  'POST /m/leave': 'anybody',
  'POST /m/erase': 'anybody',
};
