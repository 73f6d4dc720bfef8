"use client";

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Button } from "@/components/ui/button";
import { CloseIcon } from "@/components/ui/icons";
import { classes } from "@/lib/classes";

export type ToastAction = { label: string; run: () => void };

export type ToastOptions = {
  tone?: "plain" | "danger";
  /** A button beside the message, such as Undo, which also closes the toast. */
  action?: ToastAction;
  /** A second button. */
  more?: ToastAction;
  /** How long it is shown; the time stops while it is hovered or focused. */
  seconds?: number;
};

type Shown = ToastOptions & { id: number; message: string };
type Show = (message: string, options?: ToastOptions) => () => void;

const ToastContext = createContext<Show | null>(null);
const SECONDS = 6;
const MAX_SHOWN = 3;
let lastId = 0;

/** Provides `useToast`, and shows the messages at an end of the page. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Shown[]>([]);
  const drop = useCallback((id: number) => {
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);
  const show = useCallback<Show>(
    (message, options = {}) => {
      lastId += 1;
      const id = lastId;
      setToasts((shown) => [...shown.slice(1 - MAX_SHOWN), { ...options, id, message }]);
      return () => drop(id);
    },
    [drop],
  );
  return (
    <ToastContext value={show}>
      {children}
      <section
        aria-label="Notifications"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-0 top-(--toast-top) bottom-(--toast-bottom) z-50 flex flex-col items-center gap-2 p-4"
      >
        {toasts.map((toast) => (
          <Toast key={toast.id} toast={toast} onClose={drop} />
        ))}
      </section>
    </ToastContext>
  );
}

/** Return `show(message, options)`, which returns a function that removes the message. */
export function useToast(): Show {
  const show = useContext(ToastContext);
  if (!show) throw new Error("useToast needs a ToastProvider above it.");
  return useMemo(() => show, [show]);
}

function Toast({ toast, onClose }: { toast: Shown; onClose: (id: number) => void }) {
  const close = () => onClose(toast.id);
  const pausing = usePausableTimeout(close, toast.seconds ?? SECONDS);
  return (
    <div
      {...pausing}
      className={classes(
        "pointer-events-auto flex w-full max-w-md items-center gap-3 rounded-xl border bg-surface py-2 pr-2 pl-4 shadow-float",
        toast.tone === "danger" ? "border-danger text-danger" : "border-line",
      )}
    >
      <p className="flex-1 text-sm">{toast.message}</p>
      {[toast.action, toast.more].map(
        (action) =>
          action && (
            <Button
              key={action.label}
              size="small"
              onClick={() => {
                action.run();
                close();
              }}
            >
              {action.label}
            </Button>
          ),
      )}
      <Button look="ghost" size="icon" aria-label="Dismiss" onClick={close}>
        <CloseIcon />
      </Button>
    </div>
  );
}

/** Call `done` after `seconds`; the time stops while the pointer or the focus is inside. */
function usePausableTimeout(done: () => void, seconds: number) {
  const [paused, setPaused] = useState(false);
  const latest = useRef(done);
  latest.current = done;
  useEffect(() => {
    if (paused) return;
    const timer = setTimeout(() => latest.current(), seconds * 1000);
    return () => clearTimeout(timer);
  }, [paused, seconds]);
  const pause = () => setPaused(true);
  const resume = () => setPaused(false);
  return { onMouseEnter: pause, onMouseLeave: resume, onFocus: pause, onBlur: resume };
}
