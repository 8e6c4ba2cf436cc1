import type { LocaleCode } from '#schemas/text.ts';

// Mails are written by the server, so their words are here and not in the screen's message files.

type Text = { subject: string; text: string };
export type InvitationWords = { name: string; merchantName: string; invitedBy: string; url: string };
export type ResetWords = { name: string; merchantName: string; username: string; url: string };

const invitations: Record<LocaleCode, (words: InvitationWords) => Text> = {
  en: ({ name, merchantName, invitedBy, url }) => ({
    subject: `${merchantName}: your account`,
    text: `Hello ${name},

${invitedBy} has invited you to work with ${merchantName}. Open this link to choose your user name and password:

${url}

It works once, for seven days. If you do not know what this is about, delete this mail: nothing will happen.
`,
  }),
  'zh-Hans': ({ name, merchantName, invitedBy, url }) => ({
    subject: `${merchantName}：您的账号`,
    text: `${name}，您好：

${invitedBy}邀请您加入“${merchantName}”。请打开以下链接，设置您的用户名和密码：

${url}

链接只能使用一次，七天内有效。如果您不清楚这是什么，请直接删除本邮件，不会有任何影响。
`,
  }),
  'zh-Hant': ({ name, merchantName, invitedBy, url }) => ({
    subject: `${merchantName}：您的帳號`,
    text: `${name}，您好：

${invitedBy}邀請您加入「${merchantName}」。請開啟以下連結，設定您的使用者名稱和密碼：

${url}

連結只能使用一次，七天內有效。如果您不清楚這是什麼，請直接刪除本郵件，不會有任何影響。
`,
  }),
};

const resets: Record<LocaleCode, (words: ResetWords) => Text> = {
  en: ({ name, merchantName, username, url }) => ({
    subject: `${merchantName}: a new password`,
    text: `Hello ${name},

somebody, probably you, has asked for a new password for your account "${username}". Open this link to choose it:

${url}

It works once, for one hour. If it was not you, delete this mail: your password stays as it is.
`,
  }),
  'zh-Hans': ({ name, merchantName, username, url }) => ({
    subject: `${merchantName}：重设密码`,
    text: `${name}，您好：

有人（很可能是您本人）为账号“${username}”申请了重设密码。请打开以下链接设置新密码：

${url}

链接只能使用一次，一小时内有效。如果不是您本人操作，请直接删除本邮件，原密码不变。
`,
  }),
  'zh-Hant': ({ name, merchantName, username, url }) => ({
    subject: `${merchantName}：重設密碼`,
    text: `${name}，您好：

有人（很可能是您本人）為帳號「${username}」申請了重設密碼。請開啟以下連結設定新密碼：

${url}

連結只能使用一次，一小時內有效。如果不是您本人操作，請直接刪除本郵件，原密碼不變。
`,
  }),
};

export function invitationText(locale: LocaleCode | null, words: InvitationWords): Text {
  return oneLine(invitations[locale ?? 'en'](words));
}

export function resetText(locale: LocaleCode | null, words: ResetWords): Text {
  return oneLine(resets[locale ?? 'en'](words));
}

/** A header is one line, whatever a chain is called. */
function oneLine({ subject, text }: Text): Text {
  return { subject: subject.replace(/[\r\n]+/g, ' '), text };
}
