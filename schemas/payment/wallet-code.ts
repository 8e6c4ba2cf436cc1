export type WalletScheme = 'alipay' | 'wechat-pay';

/**
 * Whose wallet shows this code; null: no code of a wallet known here. Alipay: 16 to 24 digits that begin with 25 to 30 (its
 * payment code rule, opendocs.alipay.com/open/194/106039). WeChat Pay: 18 digits that begin with 10 to 15 (its parameter
 * `auth_code`, pay.weixin.qq.com, QuickPay).
 */
export function walletOfCode(raw: string): WalletScheme | null {
  const code = raw.trim();
  if (/^1[0-5]\d{16}$/.test(code)) return 'wechat-pay';
  return /^(2[5-9]|30)\d{14,22}$/.test(code) ? 'alipay' : null;
}
