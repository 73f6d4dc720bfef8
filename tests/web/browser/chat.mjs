// The chat page as a user uses it.

export const message = (page) => page.getByRole("textbox", { name: "Message" });
export const send = (page) => page.getByRole("button", { name: "Send" });
export const stop = (page) => page.getByRole("button", { name: "Stop" });

/** Send a message and wait for the end of the reply. */
export async function say(page, text) {
  const replies = page.getByRole("heading", { name: "Todochat replied" });
  const before = await replies.count();
  await message(page).fill(text);
  await message(page).press("Enter");
  await replies.nth(before).waitFor();
  await send(page).waitFor();
}

/** Return a conversation's row in the list of all. */
export function conversation(page, title) {
  const list = page.getByRole("navigation", { name: "Conversations" });
  return list.getByRole("button", { name: title, exact: true });
}

/** Return the element of the conversation that contains a text. */
export const messageText = (page, text) => page.getByRole("log").getByText(text);

/** Wait until the list of conversations shows that there are none. */
export const untilNone = (page) =>
  page.getByText("Your conversations will be listed here.").waitFor();
