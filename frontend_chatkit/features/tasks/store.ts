import { reduce } from "@/features/tasks/reducer";
import { type Action, NOTHING, type State } from "@/features/tasks/state";

export type Store = {
  get: () => State;
  dispatch: (action: Action) => void;
  subscribe: (changed: () => void) => () => void;
};

/** Hold the state outside of the components: what waits for an answer sees it as it is by then. */
export function createStore(state: State = NOTHING): Store {
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    dispatch: (action) => {
      state = reduce(state, action);
      for (const changed of listeners) changed();
    },
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}
