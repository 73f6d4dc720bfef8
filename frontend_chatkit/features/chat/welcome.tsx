"use client";

import { FIRST_PROMPTS, GREETING } from "@/features/chat/prompts";
import { Mark } from "@/features/frame/mark";

/** What stands in a conversation that is still empty: what one can say. */
export function Welcome({ onPrompt }: { onPrompt: (text: string) => void }) {
  return (
    <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
      <div className="m-auto flex w-full max-w-3xl flex-col items-center gap-8 px-4 py-8">
        <div className="flex flex-col items-center gap-3 text-center">
          <Mark />
          <h2 className="text-2xl font-semibold text-balance">{GREETING}</h2>
          <p className="max-w-prose text-balance text-muted">
            Say it as you would to a person. You can add, find, change, finish and delete tasks.
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
