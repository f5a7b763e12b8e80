import {catCommand} from './cat.js';
import {checkCommand} from './check.js';
import {cpCommand} from './cp.js';
import {debugCommand} from './debug.js';
import type {AddCommand} from './define.js';
import {diffCommand} from './diff.js';
import {doctorCommand} from './doctor.js';
import {engineCommand} from './engine.js';
import {leftCommand} from './left.js';
import {lsCommand} from './ls.js';
import {shellCommand} from './shell.js';
import {treeCommand} from './tree.js';
import {whyCommand} from './why.js';

/** The commands of mstage, in the order of the help. */
export const allCommands: readonly AddCommand[] = [
	debugCommand,
	shellCommand,
	diffCommand,
	leftCommand,
	whyCommand,
	lsCommand,
	catCommand,
	cpCommand,
	treeCommand,
	checkCommand,
	doctorCommand,
	engineCommand,
];
