"use client";

import { lazy, memo, Suspense, useDeferredValue } from "react";

const Markdown = lazy(() => import("@/features/chat/items/markdown"));

/** Text of the assistant, as it is written; the plain text stands in until Markdown can be shown. */
export const RichText = memo(function RichText({ text }: { text: string }) {
  const shown = useDeferredValue(text);
  return (
    <Suspense fallback={<p className="break-words whitespace-pre-wrap">{text}</p>}>
      <Markdown>{shown}</Markdown>
    </Suspense>
  );
});
