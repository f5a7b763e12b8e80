import type {ActionContext} from '../action-context.js';

/**
What a key does.

@param isMeant - Whether the same key has just asked whether it is meant.
*/
export type Action = (context: ActionContext, isMeant: boolean) => void;
