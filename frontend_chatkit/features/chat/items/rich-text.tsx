"use client";

import { lazy, memo, Suspense, useDeferredValue } from "react";

/** Load the Markdown renderer before the first reply, so that no reply is shown as plain text. */
export const loadMarkdown = () => import("@/features/chat/items/markdown");
const Markdown = lazy(loadMarkdown);

/** Text of the assistant; plain until the Markdown renderer is loaded. */
export const RichText = memo(function RichText({ text }: { text: string }) {
  const shown = useDeferredValue(text);
  return (
    <Suspense fallback={<p className="break-words whitespace-pre-wrap">{text}</p>}>
      <Markdown>{shown}</Markdown>
    </Suspense>
  );
});
