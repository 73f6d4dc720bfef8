// The chat as it is used, with the built-in model.
import { assistantCases } from "../cases/assistant.mjs";
import { chatCases } from "../cases/chat.mjs";
import { focusCases } from "../cases/focus.mjs";
import { replyCases } from "../cases/replies.mjs";
import { scrollingCases } from "../cases/scrolling.mjs";
import { suite } from "../suite.mjs";

suite("conversations", [scrollingCases, chatCases, assistantCases, focusCases, replyCases]);
