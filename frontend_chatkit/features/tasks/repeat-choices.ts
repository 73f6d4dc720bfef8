/** A usual repeat: how people read it, the words that the API takes and gives, and shorter ones. */
export type Choice = { label: string; words: string; short?: string };

const MAX_DAY_OF_EVERY_MONTH = 28;

/** Return the usual repeats of a task that is due on a day. */
export function repeatChoices(day: string): Choice[] {
  const date = new Date(`${day}T00:00:00Z`);
  const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" }).format(
    date,
  );
  const ofMonth = date.getUTCDate();
  return [
    { label: "Every day", words: "daily" },
    { label: "Every weekday", words: "weekdays" },
    { label: `Every ${weekday}`, words: `every ${weekday}`, short: "weekly" },
    { label: "Every 2 weeks", words: `every 2 weeks on ${weekday}` },
    { label: `Monthly on day ${ofMonth}`, words: `monthly on ${ofMonth}`, short: "monthly" },
    ...(ofMonth > MAX_DAY_OF_EVERY_MONTH
      ? [{ label: "Monthly on the last day", words: "monthly on the last day" }]
      : []),
    { label: "Every year", words: "yearly" },
  ];
}
