import { describe, expect, it } from "vitest";
import { isCommon } from "@/lib/auth/common-passwords";

const WORDS = ["Ada Lovelace", "ada.byron@example.com"];

describe("FR-WEB-037: passwords that are guessed first", () => {
  it.each([
    "password",
    "PassWord1",
    "qwertyuiop",
    "1q2w3e4r",
    "xxxxxxxxxxxx",
    "        ",
    "Todochat2026!",
    "lovelace1815",
    "Ada-Lovelace",
    "ada.byron",
    "ada.byron@example.com",
  ])("%o is one", async (password) => expect(await isCommon(password, WORDS)).toBe(true));

  it.each([
    "a password that is long enough",
    "lovelace likes engines",
    "9347 2218 7765",
    "päßwörter-für-ada",
    "correct horse battery staple!",
  ])("%o is none", async (password) => expect(await isCommon(password, WORDS)).toBe(false));

  it("are judged without words of a user too", async () => {
    expect(await isCommon("sunshine", [undefined, null, 7, ""])).toBe(true);
    expect(await isCommon("12.34.56-7", [undefined, null, 7, "", "1"])).toBe(false);
  });
});
