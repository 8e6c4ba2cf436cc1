import { m } from '#pwa/paraglide/messages.js';
import type { PageLinkType } from '#schemas/api/item-page.ts';

const texts: Readonly<Record<PageLinkType, () => string>> = {
  pip: m.item_page_type_pip,
  instructions: m.item_page_type_instructions,
  ingredientsInfo: m.item_page_type_ingredients,
  nutritionalInfo: m.item_page_type_nutritional,
  safetyInfo: m.item_page_type_safety,
  certificationInfo: m.item_page_type_certification,
  sustainabilityInfo: m.item_page_type_sustainability,
  traceability: m.item_page_type_traceability,
  recipeInfo: m.item_page_type_recipe,
  faqs: m.item_page_type_faqs,
  support: m.item_page_type_support,
  registerProduct: m.item_page_type_register,
  leaveReview: m.item_page_type_review,
  hasRetailers: m.item_page_type_retailers,
  promotion: m.item_page_type_promotion,
  homepage: m.item_page_type_homepage,
};

/** What a kind of link is called. */
export function linkTypeText(type: PageLinkType): string {
  return texts[type]();
}
