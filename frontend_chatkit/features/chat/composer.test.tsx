import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useRef, useState } from "react";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { Composer } from "@/features/chat/composer";

function Page({ onSend }: { onSend: (text: string) => void }) {
  const [draft, setDraft] = useState("");
  const input = useRef<HTMLTextAreaElement>(null);
  return (
    <Composer
      {...{ input, draft, onSend, onDraft: setDraft, onStop: () => {} }}
      busy={false}
      stopping={false}
    />
  );
}

test("FR-WEB-128: what is typed before the page's script runs is sent", async () => {
  const onSend = vi.fn();
  const container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = renderToString(<Page onSend={onSend} />);
  const field = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
  field.value = "Buy milk";

  render(<Page onSend={onSend} />, { container, hydrate: true });
  await userEvent.type(field, "{Enter}");
  expect(onSend.mock.calls).toEqual([["Buy milk"]]);
});
