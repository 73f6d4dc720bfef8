import { reduce } from "@/features/tasks/reducer";
import { type Action, INITIAL_STATE, type State } from "@/features/tasks/state";

export type Store = {
  get: () => State;
  dispatch: (action: Action) => void;
  subscribe: (changed: () => void) => () => void;
};

/** Hold the state outside of the components, so that code that awaits a response reads the latest. */
export function createStore(state: State = INITIAL_STATE): Store {
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
