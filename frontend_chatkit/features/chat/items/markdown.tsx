import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

const STYLES = [
  // Line breaks are kept, as in other chats.
  "flex flex-col gap-3 break-words [&_p]:whitespace-pre-line",
  "[&_ul]:list-disc [&_ol]:list-decimal [&_:is(ul,ol)]:pl-5 [&_li]:my-1 [&_li>p]:inline",
  "[&_.contains-task-list]:list-none [&_.contains-task-list]:pl-0",
  "[&_:is(h1,h2,h3,h4)]:font-semibold [&_blockquote]:border-l-2 [&_blockquote]:border-line-strong",
  "[&_blockquote]:pl-3 [&_blockquote]:text-muted [&_code]:rounded [&_code]:bg-raised [&_code]:px-1",
  "[&_code]:font-mono [&_code]:text-sm [&_pre]:overflow-x-auto [&_pre]:rounded-lg [&_pre]:bg-raised",
  "[&_pre]:p-3 [&_hr]:border-line [&_:is(th,td)]:border-b [&_:is(th,td)]:border-line",
  "[&_:is(th,td)]:px-2 [&_:is(th,td)]:py-1 [&_th]:text-left",
].join(" ");

const PLUGINS = [remarkGfm];

const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent underline underline-offset-2"
    >
      {children}
    </a>
  ),
  // An image would tell another site that, and when, it was seen.
  img: ({ alt }) => <span>{alt}</span>,
  table: ({ children }) => (
    <div className="overflow-x-auto">
      <table className="text-sm">{children}</table>
    </div>
  ),
};

/** Renders the Markdown of a model, without its HTML. */
export default function RenderedMarkdown({ children }: { children: string }) {
  return (
    <div className={STYLES}>
      <Markdown remarkPlugins={PLUGINS} components={COMPONENTS} skipHtml>
        {children}
      </Markdown>
    </div>
  );
}
