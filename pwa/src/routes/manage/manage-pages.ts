import Activity from '@lucide/svelte/icons/activity';
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import BadgePercent from '@lucide/svelte/icons/badge-percent';
import Boxes from '@lucide/svelte/icons/boxes';
import Building2 from '@lucide/svelte/icons/building-2';
import ChartBarDecreasing from '@lucide/svelte/icons/chart-bar-decreasing';
import ChartColumn from '@lucide/svelte/icons/chart-column';
import ChartNoAxesColumn from '@lucide/svelte/icons/chart-no-axes-column';
import ChartNoAxesCombined from '@lucide/svelte/icons/chart-no-axes-combined';
import ChartSpline from '@lucide/svelte/icons/chart-spline';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import Coins from '@lucide/svelte/icons/coins';
import ContactRound from '@lucide/svelte/icons/contact-round';
import Equal from '@lucide/svelte/icons/equal';
import Factory from '@lucide/svelte/icons/factory';
import HandCoins from '@lucide/svelte/icons/hand-coins';
import Handshake from '@lucide/svelte/icons/handshake';
import HeartHandshake from '@lucide/svelte/icons/heart-handshake';
import History from '@lucide/svelte/icons/history';
import KeyRound from '@lucide/svelte/icons/key-round';
import ListChecks from '@lucide/svelte/icons/list-checks';
import ListTodo from '@lucide/svelte/icons/list-todo';
import Megaphone from '@lucide/svelte/icons/megaphone';
import PackageCheck from '@lucide/svelte/icons/package-check';
import Printer from '@lucide/svelte/icons/printer';
import QrCode from '@lucide/svelte/icons/qr-code';
import ReceiptText from '@lucide/svelte/icons/receipt-text';
import Scale from '@lucide/svelte/icons/scale';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Stamp from '@lucide/svelte/icons/stamp';
import Tablet from '@lucide/svelte/icons/tablet';
import Tags from '@lucide/svelte/icons/tags';
import TicketCheck from '@lucide/svelte/icons/ticket-check';
import TicketPercent from '@lucide/svelte/icons/ticket-percent';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import Truck from '@lucide/svelte/icons/truck';
import Undo from '@lucide/svelte/icons/undo-2';
import Users from '@lucide/svelte/icons/users';
import Wallet from '@lucide/svelte/icons/wallet';
import Warehouse from '@lucide/svelte/icons/warehouse';
import Waypoints from '@lucide/svelte/icons/waypoints';
import type { Component } from 'svelte';
import { m } from '#pwa/paraglide/messages.js';
import type { Right } from '#schemas/policy/rights.ts';

/** A page of the back office, and the right without which it is not offered. */
export type ManagePage = { href: string; text: () => string; icon: Component; right: Right };
export type ManageGroup = { title: () => string; pages: readonly ManagePage[] };

/** The back office's pages in the order of the day; the first page that somebody may see is where they begin. */
export const manageGroups: readonly ManageGroup[] = [
  {
    title: m.manage_group_day,
    pages: [
      { href: '/manage', text: m.manage_today, icon: ChartColumn, right: 'read-reports' },
      { href: '/manage/work', text: m.manage_work, icon: ListTodo, right: 'read-reports' },
      { href: '/manage/live', text: m.manage_live, icon: Activity, right: 'read-reports' },
      { href: '/manage/reports', text: m.manage_reports, icon: ChartNoAxesCombined, right: 'read-reports' },
      { href: '/manage/exceptions', text: m.manage_exceptions, icon: TriangleAlert, right: 'read-reports' },
      { href: '/manage/shifts', text: m.manage_shifts, icon: Wallet, right: 'read-reports' },
      { href: '/manage/tenders', text: m.manage_tenders, icon: Coins, right: 'read-reports' },
      { href: '/manage/credit', text: m.manage_credit, icon: TicketCheck, right: 'read-reports' },
      { href: '/manage/put-aside', text: m.manage_put_aside, icon: PackageCheck, right: 'read-reports' },
      { href: '/manage/customer-accounts', text: m.manage_customer_accounts, icon: Building2, right: 'read-reports' },
      { href: '/manage/open-payments', text: m.manage_open_payments, icon: CircleHelp, right: 'read-reports' },
      { href: '/manage/approvals', text: m.manage_approvals, icon: Stamp, right: 'change-price' },
    ],
  },
  {
    title: m.manage_group_goods,
    pages: [
      { href: '/manage/goods', text: m.manage_goods, icon: ChartBarDecreasing, right: 'read-reports' },
      { href: '/manage/stock', text: m.manage_stock, icon: Boxes, right: 'read-reports' },
      { href: '/manage/counts', text: m.manage_counts, icon: ClipboardCheck, right: 'plan-count' },
      { href: '/manage/orders', text: m.manage_orders, icon: ScrollText, right: 'read-reports' },
      { href: '/manage/supplier-returns', text: m.manage_returns_to_suppliers, icon: Undo, right: 'read-reports' },
      { href: '/manage/statements', text: m.manage_statements, icon: HandCoins, right: 'settle-suppliers' },
      { href: '/manage/deliveries', text: m.manage_deliveries, icon: Truck, right: 'read-reports' },
      { href: '/manage/transfers', text: m.manage_transfers, icon: ArrowLeftRight, right: 'read-reports' },
      { href: '/manage/units', text: m.manage_units, icon: Waypoints, right: 'read-reports' },
      { href: '/manage/recalls', text: m.manage_recalls, icon: Megaphone, right: 'read-reports' },
      { href: '/manage/places', text: m.manage_places, icon: Warehouse, right: 'read-reports' },
    ],
  },
  {
    title: m.manage_group_prices,
    pages: [
      { href: '/manage/prices', text: m.manage_prices, icon: Tags, right: 'read-reports' },
      { href: '/manage/parity', text: m.manage_parity, icon: Equal, right: 'read-reports' },
      { href: '/manage/promotions', text: m.manage_promotions, icon: BadgePercent, right: 'read-reports' },
      { href: '/manage/coupons', text: m.manage_coupons, icon: TicketPercent, right: 'read-reports' },
    ],
  },
  {
    title: m.manage_group_people,
    pages: [
      { href: '/manage/team', text: m.manage_team, icon: ChartSpline, right: 'read-reports' },
      { href: '/manage/customers', text: m.manage_customers, icon: HeartHandshake, right: 'read-reports' },
      { href: '/manage/people', text: m.manage_people, icon: Users, right: 'read-staff' },
      { href: '/manage/suppliers', text: m.manage_suppliers, icon: Factory, right: 'edit-suppliers' },
      {
        ...{ href: '/manage/suppliers-report', text: m.manage_suppliers_report },
        ...{ icon: ChartNoAxesColumn, right: 'edit-suppliers' },
      },
      { href: '/manage/fair-play', text: m.fair_play_title, icon: Handshake, right: 'edit-suppliers' },
      { href: '/manage/roles', text: m.manage_roles, icon: ListChecks, right: 'read-staff' },
      { href: '/manage/members', text: m.manage_members, icon: ContactRound, right: 'look-up-members' },
    ],
  },
  {
    title: m.manage_group_shop,
    pages: [
      { href: '/manage/tills', text: m.manage_tills, icon: Tablet, right: 'read-reports' },
      { href: '/manage/receipts', text: m.manage_receipts, icon: ReceiptText, right: 'read-reports' },
      { href: '/manage/printers', text: m.manage_printers, icon: Printer, right: 'label-units' },
      { href: '/manage/item-page', text: m.manage_item_page, icon: QrCode, right: 'edit-item-page' },
      { href: '/manage/scales', text: m.manage_scales, icon: Scale, right: 'edit-item-page' },
      { href: '/manage/keys', text: m.manage_keys, icon: KeyRound, right: 'edit-keys' },
      { href: '/manage/audit', text: m.manage_audit, icon: History, right: 'read-audit' },
    ],
  },
];

/** Whether a page, or one below it, is the one at `path`. */
export function isAt(href: string, path: string): boolean {
  return path === href || (href !== '/manage' && path.startsWith(`${href}/`));
}
