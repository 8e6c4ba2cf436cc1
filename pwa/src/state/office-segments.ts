import {
  campaignLiftSchema,
  type SaveSegment,
  segmentCountSchema,
  segmentGrantedSchema,
  segmentListSchema,
} from '#schemas/api/member-segments.ts';
import type { SegmentCondition } from '#schemas/members/segments.ts';
import { office } from './office.svelte.ts';

/** Whom the office means among its members. */
export const segments = {
  list: () => office.ask('segments', segmentListSchema),
  save: (segment: SaveSegment) => office.ask('segments', segmentListSchema, { method: 'POST', body: segment }),
  count: (conditions: readonly SegmentCondition[]) =>
    office.ask('segments/count', segmentCountSchema, { method: 'POST', body: { conditions } }),
  end: (segmentId: string) =>
    office.ask(`segments/${encodeURIComponent(segmentId)}/end`, segmentListSchema, { method: 'POST', body: {} }),
  grant: (segmentId: string, body: { campaignId: string; holdoutPercent: number }) =>
    office.ask(`segments/${encodeURIComponent(segmentId)}/grant`, segmentGrantedSchema, { method: 'POST', body }),
  exportPath: (segmentId: string, purpose: 'mail' | 'sms') =>
    `/api/stores/${office.store?.storeId ?? ''}/segments/${encodeURIComponent(segmentId)}/export.csv?purpose=${purpose}`,
  lift: (campaignId: string) => office.ask(`coupons/${campaignId}/lift`, campaignLiftSchema),
};
