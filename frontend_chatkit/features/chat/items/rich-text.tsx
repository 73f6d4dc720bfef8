"use client";

import { lazy, memo, Suspense, useDeferredValue } from "react";

/** Load what shows Markdown before the first reply comes, so that no reply is seen in its marks. */
export const loadMarkdown = () => import("@/features/chat/items/markdown");
const Markdown = lazy(loadMarkdown);

/** Text of the assistant, as it is written; the plain text stands in until Markdown can be shown. */
export const RichText = memo(function RichText({ text }: { text: string }) {
  const shown = useDeferredValue(text);
  return (
    <Suspense fallback={<p className="break-words whitespace-pre-wrap">{text}</p>}>
      <Markdown>{shown}</Markdown>
    </Suspense>
  );
});
