/** What a newcomer can say first. */
export const FIRST_PROMPTS = [
  "Add a task to buy groceries",
  "Remind me to pay the bills tomorrow",
  "What's pending?",
  "What have I completed?",
] as const;

export const GREETING = "What do you want to get done?";
