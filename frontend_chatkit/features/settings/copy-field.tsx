"use client";

import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { CheckIcon, CopyIcon } from "@/components/ui/icons";
import { useToast } from "@/components/ui/toast";

/** A read-only text with a button that copies it. */
export function CopyField({
  label,
  value,
  hint,
}: {
  label: string;
  value: string;
  hint?: ReactNode;
}) {
  const toast = useToast();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      toast("Copied.");
    } catch {
      toast("Copying failed: select the text and copy it yourself.", { tone: "danger" });
    }
  };
  return (
    <Field
      label={label}
      hint={hint}
      value={value}
      readOnly
      spellCheck={false}
      onFocus={(event) => event.target.select()}
      className="font-mono text-sm"
      beside={
        <Button size="icon" aria-label={`Copy: ${label}`} onClick={copy}>
          {copied ? <CheckIcon /> : <CopyIcon />}
        </Button>
      }
    />
  );
}
