/** Tells pages on the server which path is asked for. */
export const PATH_HEADER = "x-todochat-path";
