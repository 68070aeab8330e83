/** "After the order" -> "after_the_order": what templates call a survey. */
export function keyOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const key = plain.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^[_0-9]+|_+$/g, '');
  return (key.length > 1 ? key : `survey_${key}`).slice(0, 40);
}
