/** The app's language as this person writes its numbers and dates: "en" in a British browser is "en-GB". */
export function localeOf(language: string, wanted: readonly string[] = navigator.languages): string {
  return wanted.find((each) => each === language || each.startsWith(`${language}-`)) ?? language;
}
