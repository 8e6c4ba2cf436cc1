import type { BuiltInRole } from '#schemas/policy/roles.ts';
import type { TaxRules } from '#schemas/pricing/tax.ts';
import type { LocaleCode } from '#schemas/text.ts';

// The demo's people and places. All names are invented; the phone numbers are from the range that Ofcom keeps for drama.

export const demoMerchant = {
  merchantId: 'larch-lantern',
  name: 'Larch & Lantern',
  digitalLinkDomain: 'https://id.larchandlantern.example',
};

/** British value added tax: most food, books and children's clothes are zero-rated. */
export const demoTaxRules: TaxRules = {
  pricesIncludeTax: true,
  classes: [
    { taxClass: 'standard', rateBasisPoints: 2_000 },
    { taxClass: 'zero', rateBasisPoints: 0 },
  ],
  cashStepMinor: 1,
};

export type DemoOperator = {
  operatorId: string;
  name: string;
  role: BuiltInRole;
  locale: LocaleCode;
  pin: string;
  password?: string;
};

export type DemoStore = {
  storeId: string;
  name: string;
  address: string;
  /** Begins the serials of the units that the store opens with. */
  serialLetter: string;
  /** Number of the first carton on its way to it. */
  ssccStart: number;
  operators: DemoOperator[];
};

export const demoStores: readonly DemoStore[] = [
  {
    storeId: 'camden',
    name: 'Larch & Lantern Camden',
    address: '14 Lockside Row, London NW1',
    serialLetter: 'C',
    ssccStart: 101,
    operators: [
      {
        operatorId: 'imogen',
        name: 'Imogen Hale',
        role: 'store-manager',
        locale: 'en',
        pin: '246810',
        password: 'lantern-demo',
      },
      {
        operatorId: 'juniper',
        name: 'Juniper Ashdown',
        role: 'owner',
        locale: 'en',
        pin: '908172',
        password: 'lantern-owner',
      },
      { operatorId: 'theo', name: 'Theo Marsh', role: 'clerk', locale: 'en', pin: '1357' },
      { operatorId: 'yuqing', name: '林雨晴', role: 'clerk', locale: 'zh-Hans', pin: '2468' },
      { operatorId: 'chengen', name: '陳承恩', role: 'clerk', locale: 'zh-Hant', pin: '3690' },
    ],
  },
  {
    storeId: 'ancoats',
    name: 'Larch & Lantern Ancoats',
    address: '3 Spindle Street, Manchester M4',
    serialLetter: 'A',
    ssccStart: 201,
    operators: [
      {
        operatorId: 'rafi',
        name: 'Rafi Oduya',
        role: 'store-manager',
        locale: 'en',
        pin: '135790',
        password: 'lantern-demo',
      },
      { operatorId: 'nell', name: 'Nell Garside', role: 'clerk', locale: 'en', pin: '4812' },
      { operatorId: 'peishan', name: '黃佩珊', role: 'clerk', locale: 'zh-Hant', pin: '5927' },
    ],
  },
];

/** `glnBody`: a GLN without its check digit, of the restricted prefixes: they mean nothing outside. */
export const demoSuppliers = [
  { supplierId: 'fernhollow', name: 'Fernhollow Wholesale', glnBody: '290000010001' },
  { supplierId: 'harrow-mill', name: 'Harrow Mill', glnBody: '290000010002' },
  { supplierId: 'harbour-knitwear', name: 'Harbour Knitwear', glnBody: '290000010003' },
] as const;
/** A supplier's administrator, for its portal. */
export const demoSupplierPerson = {
  supplierId: 'fernhollow',
  operatorId: 'maren',
  name: 'Maren Holt',
  locale: 'en',
  password: 'lantern-supplier',
} as const;
export type DemoSupplierId = (typeof demoSuppliers)[number]['supplierId'];

export const demoMembers = [
  { memberId: 'm-1001', name: 'Ottilie Brand', phone: '+447700900101', code: 'LL-100017', tier: 'gold' },
  { memberId: 'm-1002', name: '周子墨', phone: '+447700900118', code: 'LL-100024', tier: 'silver' },
  { memberId: 'm-1003', name: 'Kwame Asante-Reed', phone: '+447700900132', code: 'LL-100031', tier: 'basic' },
  { memberId: 'm-1004', name: '張若晴', phone: '+447700900147', code: 'LL-100048', tier: 'gold' },
  { memberId: 'm-1005', name: 'Saoirse Whitlock', phone: '+447700900155', code: 'LL-100055', tier: 'basic' },
  { memberId: 'm-1006', name: '吴晓岚', phone: '+447700900163', code: 'LL-100062', tier: 'silver' },
  { memberId: 'm-1007', name: 'Dilip Raman', phone: '+447700900179', code: 'LL-100079', tier: 'basic' },
  { memberId: 'm-1008', name: 'Zofia Kestrel', phone: null, code: 'LL-100086', tier: 'silver' },
] as const;
