"use client";

import { type ChangeEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { useToast } from "@/components/ui/toast";
import { useRecentLogin } from "@/features/account/use-recent-login";
import { ImportPreview } from "@/features/settings/import-preview";
import { Section } from "@/features/settings/section";
import { useAttempt } from "@/features/settings/use-attempt";
import type { components } from "@/lib/api-schema";
import { bff } from "@/lib/bff";

type Import = components["schemas"]["ImportOut"];

const FORMATS = ["json", "csv", "ics"];

/** Exports everything, and imports tasks from a file after showing what would come. */
export function YourData() {
  const toast = useToast();
  const { busy, error, setError, attempt } = useAttempt();
  const { withRecentLogin, dialog } = useRecentLogin();
  const [file, setFile] = useState<File | null>(null);
  const [preview, setPreview] = useState<Import | null>(null);
  const [imports, setImports] = useState(0);

  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0] ?? null;
    setPreview(null);
    if (chosen && !FORMATS.includes(formatOf(chosen))) {
      setFile(null);
      setError("Choose a file whose name ends with .json, .csv or .ics.");
      return;
    }
    setFile(chosen);
    if (chosen) void attempt(async () => setPreview(await send(chosen, "dry_run=true")));
  };
  const apply = (chosen: File) =>
    attempt(async () => {
      const { imported } = await send(chosen, "skip_refused=true");
      setPreview(null);
      setFile(null);
      setImports((count) => count + 1);
      toast(imported === 1 ? "1 task is imported." : `${imported} tasks are imported.`);
    });

  return (
    <Section
      title="Your data"
      about="Take everything with you, or bring tasks from elsewhere: a file of this export, of Todoist (CSV) or of a calendar (ICS)."
    >
      <div className="flex flex-col items-start gap-4">
        {error && <Notice tone="danger">{error}</Notice>}
        <Button busy={busy} onClick={() => attempt(() => withRecentLogin(download))}>
          Export everything
        </Button>
        <Field
          // A field for files is emptied only by another one in its place.
          key={imports}
          label="Import a file"
          type="file"
          accept=".json,.csv,.ics"
          className="py-2"
          onChange={choose}
        />
        {file && preview && (
          <ImportPreview preview={preview} busy={busy} onImport={() => apply(file)} />
        )}
        {dialog}
      </div>
    </Section>
  );
}

async function download(): Promise<void> {
  const response = await bff("/me/export");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = "todochat-export.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

function formatOf(file: File): string {
  return file.name.split(".").pop()?.toLowerCase() ?? "";
}

async function send(file: File, how: string): Promise<Import> {
  const response = await bff(`/me/import?format=${formatOf(file)}&${how}`, {
    method: "POST",
    body: file,
  });
  return (await response.json()) as Import;
}
