"use client";

import type { ComponentType } from "react";
import { Spinner } from "@/components/ui/spinner";
import {
  CubeIcon,
  DoneIcon,
  InfoIcon,
  PencilIcon,
  PlusIcon,
  RetryIcon,
  SearchIcon,
  TrashIcon,
} from "@/features/chat/icons";
import type { Step, Workflow } from "@/features/chat/protocol/types";
import { classes } from "@/lib/classes";

const ICONS: Record<string, ComponentType> = {
  plus: PlusIcon,
  search: SearchIcon,
  "check-circle": DoneIcon,
  write: PencilIcon,
  "lucide:trash-2": TrashIcon,
  reload: RetryIcon,
  info: InfoIcon,
};

/** The tool calls of a reply, with their progress. */
export function Steps({ item }: { item: Workflow }) {
  return (
    <ul aria-label="Steps" className="flex flex-col gap-1.5">
      {item.workflow.tasks.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps keep their order
        <StepLine key={index} step={step} />
      ))}
    </ul>
  );
}

function StepLine({ step }: { step: Step }) {
  const Icon = ICONS[step.icon ?? ""] ?? CubeIcon;
  const running = step.status_indicator === "loading";
  const failed = step.icon === "info";
  return (
    <li
      className={classes(
        "flex min-h-5 items-start gap-2 text-sm",
        failed ? "text-warn" : "text-muted",
      )}
    >
      <span className="flex h-5 w-4 items-center justify-center">
        {running ? <Spinner label="Running" /> : <Icon />}
      </span>
      <span className="min-w-0 break-words">
        {step.title}
        {step.content && <span className="text-text"> {step.content}</span>}
        {step.status_indicator === "complete" && <span className="sr-only">, done</span>}
      </span>
    </li>
  );
}
