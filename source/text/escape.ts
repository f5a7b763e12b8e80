/** The character that control sequences begin with (ECMA-48). */
export const escape = '\u001B';
