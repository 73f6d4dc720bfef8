"use client";

import { Logo } from "@/features/frame/logo";

/** Suggestions for a first message. */
export const FIRST_PROMPTS = [
  "Add a task to buy groceries",
  "Remind me to pay the bills tomorrow",
  "What's pending?",
  "What have I completed?",
] as const;

export const GREETING = "What do you want to get done?";

/** Shown in an empty conversation: a greeting and suggestions. */
export function Welcome({ onPrompt }: { onPrompt: (text: string) => void }) {
  return (
    <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
      <div className="m-auto flex w-full max-w-3xl flex-col items-center gap-8 px-4 py-8">
        <div className="flex flex-col items-center gap-3 text-center">
          <Logo />
          <h2 className="text-2xl font-semibold text-balance">{GREETING}</h2>
          <p className="max-w-prose text-balance text-muted">
            Write as you would to a person. You can add, find, change, complete and delete tasks.
          </p>
        </div>
        <ul aria-label="Suggestions" className="grid w-full gap-2 sm:grid-cols-2">
          {FIRST_PROMPTS.map((prompt) => (
            <li key={prompt}>
              <button
                type="button"
                className="w-full rounded-xl border border-line bg-surface px-4 py-3 text-left hover:border-line-strong hover:bg-raised"
                onClick={() => onPrompt(prompt)}
              >
                {prompt}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
