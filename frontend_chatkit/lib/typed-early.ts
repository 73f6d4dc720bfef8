"use client";

import { type RefObject, useEffect } from "react";

type Field = HTMLInputElement | HTMLTextAreaElement;

/**
 * Take over what was typed into a controlled field before its script ran.
 *
 * React leaves the text in the field when it hydrates, but doesn't report it: the next render would
 * remove it, and Enter would send nothing.
 */
export function useTypedEarly(field: RefObject<Field | null>, onText: (text: string) => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: later texts come as changes
  useEffect(() => {
    if (field.current?.value) onText(field.current.value);
  }, []);
}
