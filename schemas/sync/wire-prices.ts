import type { z } from 'zod';
import { priceParityQuerySchema, priceParitySchema } from '../api/price-parity.ts';
import {
  entriesAnswerSchema,
  entriesFileQuerySchema,
  listEntriesQuerySchema,
  listEntriesSchema,
  listRefusedSchema,
  onlinePricesAnswerSchema,
  onlinePricesSchema,
  priceFeedAnswerSchema,
  priceListsSchema,
  putEntriesSchema,
  putPriceFeedSchema,
  putPriceListSchema,
  putPricingRulesSchema,
  removeEntriesSchema,
} from '../api/prices.ts';
import {
  previewPromotionSchema,
  promotionDetailSchema,
  promotionListSchema,
  promotionPreviewSchema,
  promotionRefusedSchema,
  promotionsQuerySchema,
  putPromotionSchema,
} from '../api/promotions.ts';
import { quoteAnswerSchema, quoteRefusedSchema, quoteRequestSchema } from '../api/quote.ts';

/** Messages of prices and promotions, by the names of their hashes (wire.test.ts). */
export const priceMessages: Readonly<Record<string, z.ZodType>> = {
  'api price lists': priceListsSchema,
  'api price list put': putPriceListSchema,
  'api price list refused': listRefusedSchema,
  'api list entries query': listEntriesQuerySchema,
  'api list entries': listEntriesSchema,
  'api list entries put': putEntriesSchema,
  'api list entries removed': removeEntriesSchema,
  'api list entries answer': entriesAnswerSchema,
  'api list entries file': entriesFileQuerySchema,
  'api online prices': onlinePricesSchema,
  'api online prices answer': onlinePricesAnswerSchema,
  'api price feed put': putPriceFeedSchema,
  'api price feed': priceFeedAnswerSchema,
  'api price parity query': priceParityQuerySchema,
  'api price parity': priceParitySchema,
  'api pricing rules': putPricingRulesSchema,
  'api promotions query': promotionsQuerySchema,
  'api promotions': promotionListSchema,
  'api promotion': promotionDetailSchema,
  'api promotion put': putPromotionSchema,
  'api promotion refused': promotionRefusedSchema,
  'api promotion preview asked': previewPromotionSchema,
  'api promotion preview': promotionPreviewSchema,
  'api quote request': quoteRequestSchema,
  'api quote': quoteAnswerSchema,
  'api quote refused': quoteRefusedSchema,
};
