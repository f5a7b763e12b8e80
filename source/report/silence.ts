/** What is said of an engine that is asked and doesn't answer, for as long as it doesn't (see engine/liveness.ts). */
export const silentEngine = "the engine hasn't answered for 10 s";
