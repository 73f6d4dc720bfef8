/** A part of a text, in UTF-16 code units. */
export type Span = { start: number; end: number };

/** A part of a text that was recognised as a value. */
export type Find = Span & { kind: string; text: string };

/** Return spans of a text where they stand after an edit; those that it touched are gone. */
export function moved<S extends Span>(spans: readonly S[], before: string, after: string): S[] {
  const [head, tail] = unchangedEnds(before, after);
  const shift = after.length - before.length;
  return spans.flatMap((span) => {
    if (span.end <= head) return [span];
    if (span.start < before.length - tail) return [];
    return [{ ...span, start: span.start + shift, end: span.end + shift }];
  });
}

/** Whether two spans are the same part. */
export function isSameSpan(one: Span, other: Span): boolean {
  return one.start === other.start && one.end === other.end;
}

/** Cut a text at the spans: the pieces in order, each with its span if it is one. */
export function piecesOf<S extends Span>(text: string, spans: readonly S[]) {
  const pieces: { start: number; text: string; span: S | null }[] = [];
  let end = 0;
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    pieces.push({ start: end, text: text.slice(end, span.start), span: null });
    pieces.push({ start: span.start, text: text.slice(span.start, span.end), span });
    end = span.end;
  }
  pieces.push({ start: end, text: text.slice(end), span: null });
  return pieces.filter((piece) => piece.text);
}

/** Return how many characters at the start, and how many at the end, an edit left alone. */
function unchangedEnds(before: string, after: string): [number, number] {
  const longest = Math.min(before.length, after.length);
  let head = 0;
  while (head < longest && before[head] === after[head]) head += 1;
  let tail = 0;
  const last = (text: string) => text[text.length - 1 - tail];
  while (tail < longest - head && last(before) === last(after)) tail += 1;
  return [head, tail];
}
