"use client";

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const NEAR = 48;

/**
 * Keep a box scrolled to its end while its content grows, unless the user scrolled up; content that
 * is inserted at the top does not move the rest. `first` is the id of the topmost item.
 */
export function useStickToEnd(
  box: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  first: string | null,
) {
  const [away, setAway] = useState(false);
  const sticking = useRef(true);
  const height = useRef(0);

  const toEnd = useCallback(() => {
    sticking.current = true;
    setAway(false);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [box]);

  useEffect(() => {
    const element = box.current;
    if (!element || !content.current) return;
    let top = element.scrollTop;
    const onScroll = () => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight;
      // Growth of the content is not scrolling up.
      if (left < NEAR) sticking.current = true;
      else if (element.scrollTop < top) sticking.current = false;
      top = element.scrollTop;
      setAway(!sticking.current);
    };
    const grown = new ResizeObserver(() => {
      height.current = element.scrollHeight;
      if (sticking.current) element.scrollTop = element.scrollHeight;
    });
    grown.observe(content.current);
    grown.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      grown.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [box, content]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new first item triggers it
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || sticking.current) return;
    element.scrollTop += element.scrollHeight - height.current;
  }, [first]);

  return { away, toEnd };
}
