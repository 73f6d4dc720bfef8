"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { CloseIcon } from "@/components/ui/icons";
import { NOTE_COOKIE, NOTE_DISMISSED } from "@/lib/assistant-note";
import { hasStoredCookie, storeCookie } from "@/lib/stored-cookie";

const LOCAL = "OPENAI_BASE_URL=http://localhost:11434/v1 CHAT_MODEL=qwen3 make run";
const OPENAI = "OPENAI_API_KEY=… make run";

/** Shows that the built-in assistant answers and how to connect a model, until it is dismissed. */
export function AssistantNote({ onDismissed }: { onDismissed: () => void }) {
  const [isShown, setShown] = useState(isUndismissed);
  const [isOpen, setOpen] = useState(false);
  if (!isShown) return null;
  const dismiss = () => {
    storeCookie(NOTE_COOKIE, NOTE_DISMISSED);
    setShown(false);
    onDismissed();
  };
  return (
    <div role="note" className="border-b border-line bg-accent-soft">
      <div className="mx-auto flex max-w-3xl items-start gap-2 py-1 pr-2 pl-4 text-sm">
        <p className="min-w-0 flex-1 py-2">
          The built-in assistant answers here, and knows only tasks.{" "}
          <button
            type="button"
            aria-haspopup="dialog"
            className="font-medium text-accent-strong underline underline-offset-2"
            onClick={() => setOpen(true)}
          >
            Connect a language model
          </button>
        </p>
        <Button
          look="ghost"
          size="icon"
          className="-my-0.5"
          aria-label="Dismiss the note"
          onClick={dismiss}
        >
          <CloseIcon />
        </Button>
      </div>
      <Dialog title="Connect a language model" open={isOpen} onClose={() => setOpen(false)}>
        <HowToConnect />
      </Dialog>
    </div>
  );
}

/** A page from before the dismissal may come back from the browser's history. */
function isUndismissed(): boolean {
  return typeof document === "undefined" || !hasStoredCookie(NOTE_COOKIE, NOTE_DISMISSED);
}

function HowToConnect() {
  return (
    <>
      <p>Whoever runs Todochat connects one by starting it with one of these lines.</p>
      <Line
        title="A model on the same machine"
        line={LOCAL}
        hint="This is Ollama’s address. Todochat looks for LM Studio and llama.cpp too when it starts, and prints the line for what it finds."
      />
      <Line
        title="A model of OpenAI"
        line={OPENAI}
        hint="It receives the messages of the chat and the tasks that they are about."
      />
    </>
  );
}

function Line({ title, line, hint }: { title: string; line: string; hint: string }) {
  return (
    <div className="flex flex-col gap-1">
      <h3 className="font-medium">{title}</h3>
      <code className="rounded-lg bg-raised px-3 py-2 font-mono text-sm wrap-anywhere select-all">
        {line}
      </code>
      <p className="text-sm text-muted">{hint}</p>
    </div>
  );
}
