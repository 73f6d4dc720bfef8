// The Vercel AI SDK behind Hono, and nothing else: no database, no tokens, no MCP.
// `node ai_sdk.mjs PORT responses|chat`, with OPENAI_BASE_URL.
import { createOpenAI } from "@ai-sdk/openai";
import { serve } from "@hono/node-server";
import { stepCountIs, streamText, tool } from "ai";
import { Hono } from "hono";
import { z } from "zod";

const [, , port, api] = process.argv;
const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL, apiKey: "sk-bench" });
const model = api === "chat" ? openai.chat("bench") : openai.responses("bench");

const system =
  "You are a helpful assistant for a list of tasks. Use the tools to add, list, update, complete" +
  " and delete the user's tasks. Confirm each action in one short, friendly sentence.";
const history = Array.from({ length: 20 }, (_, n) => ({
  role: n % 2 ? "assistant" : "user",
  content: `This is message ${n},${" and a few more words".repeat(4)}`,
}));
const kept = 100;
const tasks = [];

const tools = {
  add_task: tool({
    description: "Create a task for the user.",
    inputSchema: z.object({ title: z.string(), description: z.string().optional() }),
    execute: async ({ title }) => {
      tasks.push(title);
      tasks.splice(0, tasks.length - kept);
      return { task_id: tasks.length, status: "created", title };
    },
  }),
  list_tasks: tool({
    description: "List the user's tasks: all, pending or completed.",
    inputSchema: z.object({ status: z.string().optional() }),
    execute: async () => tasks.slice(-20),
  }),
  complete_task: tool({
    description: "Mark a task as completed.",
    inputSchema: z.object({ task_id: z.number() }),
    execute: async (given) => ({ ...given, status: "completed" }),
  }),
  delete_task: tool({
    description: "Delete a task.",
    inputSchema: z.object({ task_id: z.number() }),
    execute: async (given) => ({ ...given, status: "deleted" }),
  }),
  update_task: tool({
    description: "Change the title of a task.",
    inputSchema: z.object({ task_id: z.number(), title: z.string().optional() }),
    execute: async (given) => ({ ...given, status: "updated" }),
  }),
};

const encoder = new TextEncoder();
const frame = (event, data) => encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

async function stream(message, controller) {
  const messages = [...history, { role: "user", content: message }];
  const answer = streamText({ model, system, messages, tools, stopWhen: stepCountIs(5) });
  for await (const part of answer.fullStream) {
    if (part.type === "text-delta") controller.enqueue(frame("delta", { text: part.text }));
    else if (part.type === "error") controller.enqueue(frame("error", { error: String(part.error) }));
  }
  controller.enqueue(frame("done", {}));
  controller.close();
}

const app = new Hono();
app.get("/ready", (context) => context.text("ready"));
app.post("/chat", async (context) => {
  const { message } = await context.req.json();
  const body = new ReadableStream({ start: (controller) => stream(message, controller) });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
});
serve({ fetch: app.fetch, port: Number(port), hostname: "127.0.0.1" });
