/** The end of a screen on which a shell waits for a command. What is typed while it gets ready may be lost. */
export const shellPrompt = /\n\S+ ?[#$]\s*$/v;
