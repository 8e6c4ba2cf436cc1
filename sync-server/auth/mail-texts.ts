import type { LocaleCode } from '#schemas/text.ts';

// Mails are written by the server, so their words are here and not in the screen's message files.

type Text = { subject: string; text: string };
export type InvitationWords = { name: string; merchantName: string; invitedBy: string; url: string };
export type EmailChangedWords = { name: string; merchantName: string };
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

const emailChanges: Record<LocaleCode, (words: EmailChangedWords) => Text> = {
  en: ({ name, merchantName }) => ({
    subject: `${merchantName}: your e-mail address was changed`,
    text: `Hello ${name},

your account with ${merchantName} no longer uses this e-mail address. If you changed it yourself, there is nothing to do. If it was not you, tell your manager at once: somebody may be using your account.
`,
  }),
  'zh-Hans': ({ name, merchantName }) => ({
    subject: `${merchantName}：您的邮箱地址已更改`,
    text: `${name}，您好：

您在“${merchantName}”的账号不再使用此邮箱地址。如果是您本人更改的，无需任何操作。如果不是，请立即告知您的主管：可能有人正在使用您的账号。
`,
  }),
  'zh-Hant': ({ name, merchantName }) => ({
    subject: `${merchantName}：您的電子郵件地址已變更`,
    text: `${name}，您好：

您在「${merchantName}」的帳號不再使用此電子郵件地址。如果是您本人變更的，無需任何操作。如果不是，請立即告知您的主管：可能有人正在使用您的帳號。
`,
  }),
};

export function emailChangedText(locale: LocaleCode | null, words: EmailChangedWords): Text {
  return oneLine(emailChanges[locale ?? 'en'](words));
}

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
