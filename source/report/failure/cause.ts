import type {
	Cause,
	Identity,
	Place,
} from '../../debugger/machine/explanation.js';
import {lookalikeCharacter} from '../../dockerfile/instructions/lookalikes.js';
import {modeText} from '../../filesystem/tree/mode-text.js';
import {type CauseWords, listWords} from './cause-words.js';
import {noSpace, otherShell} from './cause-of-shell.js';

/** How many folders of PATH are told. */
const folderLimit = 8;

type Of<Kind extends Cause['kind']> = Extract<Cause, {readonly kind: Kind}>;

const tellers: {
	readonly [Kind in Cause['kind']]: (cause: Of<Kind>) => CauseWords;
} = {
	'missing-loader': missingLoader,
	'wrong-architecture': ({program, architecture, platform}) => ({
		message: `${program} is there, but it is made for ${architecture}, and this engine runs ${platform}.`,
		advice: `Build or fetch it for ${platform.split('/')[1] ?? platform}.`,
	}),
	'missing-interpreter': missingInterpreter,
	'no-format': ({program, isEmpty, isShifted}) => ({
		message: isEmpty
			? `${program} is there, but it is empty.`
			: isShifted
				? `${program} is there, but its #! doesn't stand at the very beginning: something invisible or blank is before it.`
				: `${program} is there, but it has no #! line and isn't an ELF program, so only a shell could run it.`,
		advice: isEmpty
			? null
			: isShifted
				? 'Save it so that #! are its first two bytes (UTF-8 without a byte order mark).'
				: 'Begin it with #!/bin/sh or what else reads it, or start it with its interpreter.',
	}),
	'not-executable': ({program, user}) => ({
		message: `${program.path} is there, but ${nameOf(user)} may not execute it: it has ${stateOf(program)}.`,
		advice: `Make it executable before it is copied, or where root still is the user: RUN chmod +x ${program.path}.`,
	}),
	'closed-folder': ({path, folder, user}) => ({
		message: `${nameOf(user)} can't get to ${path}: the folder ${folder.path} has ${stateOf(folder)}.`,
		advice: `Let others enter it (chmod o+x ${folder.path}), or give it to that user.`,
	}),
	'folder-started': ({path}) => ({
		message: `${path} is a folder and can't be executed.`,
		advice: null,
	}),
	'missing-library': missingLibrary,
	'outside-path': ({program, places, searched}) => ({
		message: `${program} is there as ${listWords(places, 'and')}, but not in ${program.includes('/') ? searched.join(', ') : `PATH (${foldersOf(searched)})`}.`,
		advice: program.includes('/')
			? null
			: `Call it by its path, or add its folder to PATH: ENV PATH=${folderOf(places[0]!)}:$PATH.`,
	}),
	'missing-program': missingProgram,
	denied,
	'not-owner': ({place, user}) => ({
		message: `${nameOf(user)} may not change the owner, the mode or the times of ${place.path} (${stateOf(place)}): only its owner may change mode and times, and only root the owner.`,
		advice: null,
	}),
	'sticky-folder': ({place, folder, user}) => ({
		message: `${nameOf(user)} may not remove ${place.path} (${stateOf(place)}): from ${folder.path}, which has the sticky bit (${stateOf(folder)}), only its owner or root may.`,
		advice: null,
	}),
	'read-only-mount': ({path, mount}) => ({
		message: `${path} is in a ${mount.type} mount that can't be written to (${mount.target}).`,
		advice:
			mount.type === 'bind'
				? 'Add rw to the mount (what is written there is thrown away), or write elsewhere.'
				: 'Leave ro out of the mount, or write elsewhere.',
	}),
	'unknown-user': cause => unknownAccount(cause, 'user', '/etc/passwd'),
	'unknown-group': cause => unknownAccount(cause, 'group', '/etc/group'),
	'missing-path': missingPath,
	'dangling-link': danglingLink,
	'not-a-folder': ({path}) => ({
		message: `${path} is there, but it is not a folder.`,
		advice: null,
	}),
	'no-network': ({host, isOfStep}) => ({
		message: `The ${isOfStep ? 'instruction has no network (--network=none)' : 'build has no network (--network none)'}${host === null ? '' : `, so ${host} can't be reached`}.`,
		advice: isOfStep
			? 'Leave --network=none out, or get what is needed in a stage before.'
			: 'Leave --network none out.',
	}),
	network: networkOf,
	'exec-form': ({program, word, shells}) => ({
		message:
			word === program
				? `The instruction is a JSON array, so no shell reads it: all of ${word} is taken for the name of a program.`
				: `The instruction is a JSON array, so no shell reads it: ${program} gets ${word} as it is written.`,
		advice:
			shells.length > 0
				? `Write the command without the array, for a shell to read it (${shells[0]!} is there).`
				: null,
	}),
	'kept-nowhere': keptNowhere,
	'ended-shell': ({words, place, found, remedy}) => ({
		message: `${found} is there: ${words} in ${place} ended with that RUN, as each has a shell of its own.`,
		advice:
			remedy === 'folder'
				? 'Set the folder with WORKDIR, or write both in one RUN.'
				: null,
	}),
	'other-shell': otherShell,
	'unread-profile': ({file, found}) => ({
		message: `${file} puts the folder of ${found} in PATH, but only login shells or interactive ones read it: the shell of a RUN is neither.`,
		advice: null,
	}),
	'no-space': noSpace,
	'no-package-lists': ({package: name}) => ({
		message: `There are no package lists in /var/lib/apt/lists, so apt knows no package ${name}.`,
		advice: `Fetch them in the same instruction: RUN apt-get update && apt-get install ….`,
	}),
};

/** @returns What is told of a cause. */
export function describeCause(cause: Cause): CauseWords {
	const tell = tellers[cause.kind] as (cause: Cause) => CauseWords;
	return tell(cause);
}

function networkOf({
	host,
	network,
	servers,
	isUnresolved,
}: Of<'network'>): CauseWords {
	const what = isUnresolved
		? `The name ${host ?? 'of a host'} couldn't be resolved`
		: host === null
			? 'The command needed the network'
			: `The command asked for ${host}`;
	const of =
		network === 'host' ? "the engine's own" : "that of the engine's containers";
	const names =
		servers === null
			? ''
			: `; its /etc/resolv.conf names ${servers.length === 0 ? 'no server' : listWords(servers, 'and')}`;
	return {
		message: `${what}. The instruction has a network (${of})${names}.`,
		advice: null,
	};
}

function keptNowhere({
	path,
	type,
	target,
	place,
	copy,
}: Of<'kept-nowhere'>): CauseWords {
	const isVolume = type === 'volume';
	const where = copy === null ? '' : `, which the COPY in ${copy} reads,`;
	return {
		message: isVolume
			? `There is no ${path}: what the RUN in ${place} wrote to the VOLUME ${target}${where} was thrown away, as the legacy builder keeps nothing that a RUN writes to a volume.`
			: `There is no ${path}: ${target}${where} was a ${type} mount of the RUN in ${place}, for that RUN alone; nothing in it is part of the image.`,
		advice: isVolume
			? 'Write it before VOLUME, or with COPY.'
			: type === 'secret'
				? null
				: `Copy what is needed out of ${target} in that RUN${type === 'cache' ? ', or mount it in each that needs it' : ''}.`,
	};
}

/** What is easily overlooked in a name. */
function oddityOf(name: string): string {
	const character = lookalikeCharacter(name);
	return character === null ? '' : ` There is ${character} in ${name}.`;
}

function missingLoader({
	program,
	loader,
	libc,
	has,
	installer,
}: Of<'missing-loader'>): CauseWords {
	const lacks =
		libc === null
			? ''
			: has === null
				? ` (${libc}'s)`
				: has === libc
					? ` (${libc}'s)`
					: ` (${libc}'s; this filesystem has ${has})`;
	const other =
		libc !== null && has !== null && has !== libc
			? `Build it in a stage that has ${has} too, link it statically`
			: 'Link it statically';
	const bring =
		libc === 'glibc' && has === 'musl' && installer === 'apk'
			? ', add gcompat (apk add gcompat)'
			: '';
	const base =
		libc === null
			? 'start from an image that has that loader'
			: `start from an image that has ${libc}`;
	return {
		message: `${program} is there, but the loader that it asks for isn't: ${loader}${lacks}.`,
		advice: `${other}${bring}, or ${base}.`,
	};
}

function missingInterpreter({
	script,
	interpreter,
	hasCarriageReturn,
	place,
}: Of<'missing-interpreter'>): CauseWords {
	return hasCarriageReturn
		? {
				message: String.raw`${script} is there, but its #! line ends as on Windows, with a carriage return, so it names ${interpreter}\r, which doesn't exist.`,
				advice: String.raw`Save it with line feeds alone (sed -i 's/\r$//' ${script}; in Git: .gitattributes with eol=lf)${place === null ? `; ${interpreter} isn't there either` : ''}.`,
			}
		: {
				message: `${script} is there, but what its #! line names isn't: ${interpreter}.`,
				advice:
					place === null
						? `Install ${lastOf(interpreter)} in an instruction before, or name another interpreter.`
						: `It is there as ${place}: name that in the #! line.`,
			};
}

/** The folders that glibc's ldconfig looks in without being told (ldconfig(8), and Debian's libc.conf). */
const usualFolders =
	/^(?:\/usr)?(?:\/local)?\/lib(?:64)?(?:\/[\w\-]+-linux-gnu\w*)?$/v;

function missingLibrary({
	program,
	library,
	places,
	similar,
	hasLdconfig,
	isWhole,
}: Of<'missing-library'>): CauseWords {
	const needs = `${program === '' ? 'The program' : program} is there, but a library that it needs`;
	if (places.length > 0) {
		const folder = folderOf(places[0]!);
		if (hasLdconfig && usualFolders.test(folder)) {
			return {
				message: `${needs} is there too, but its loader's list of libraries lacks it: ${listWords(places, 'and')}.`,
				advice: 'Run ldconfig after it is put there.',
			};
		}

		return {
			message: `${needs} is where its loader doesn't look: ${library} is at ${listWords(places, 'and')}.`,
			advice: `Set ENV LD_LIBRARY_PATH=${folder}${hasLdconfig ? `, or make the loader know the folder: echo ${folder} > /etc/ld.so.conf.d/local.conf && ldconfig` : ''}.`,
		};
	}

	const others =
		similar.length > 0 ? `, only ${listWords(similar, 'and')}` : '';
	return {
		message: isWhole
			? `${needs} isn't anywhere in this filesystem: ${library}${others}.`
			: `${needs} isn't where its loader looks: ${library}${others}. Whether it is elsewhere couldn't be found out.`,
		advice: isWhole
			? similar.length > 0
				? 'Build it against the version that is there, or install the one that it needs.'
				: 'Install it in an instruction before, copy it along with the program, or link the program statically.'
			: null,
	};
}

function missingProgram({
	program,
	searched,
	nearMisses,
	isWhole,
	isShell,
	shells,
}: Of<'missing-program'>): CauseWords {
	const meant =
		nearMisses.length > 0
			? `Did you mean ${listWords(nearMisses, 'or')}?`
			: null;
	if (isShell) {
		return {
			message: `The shell of the instruction isn't there: ${program}.`,
			advice:
				shells.length > 0
					? `Name one that is there with SHELL: ${listWords(shells, 'or')}; or install it in an instruction before SHELL.`
					: 'There is no shell here: write the instruction as a JSON array, or start from an image that has one.',
		};
	}

	if (program.includes('/')) {
		return {
			message: `There is no ${program}: nothing of that name is in ${searched.join(', ')}${isWhole ? ', nor a program of that name elsewhere' : ''}.${oddityOf(program)}`,
			advice:
				meant ??
				(isWhole
					? 'Make or copy it in an instruction before, or correct the path.'
					: null),
		};
	}

	return {
		message: `There is no program ${program} in PATH (${foldersOf(searched)})${isWhole ? ', nor anywhere else in this filesystem' : ''}.${oddityOf(program)}`,
		advice:
			meant ??
			(isWhole
				? 'Install it in an instruction before, or correct its name.'
				: null),
	};
}

/** What nobody but root should own. */
const isOfSystem =
	/^\/(?:$|(?:bin|boot|dev|etc|lib|lib64|proc|root|sbin|sys|usr|var\/lib\/(?:apt|dpkg)|var\/cache\/apt|lib\/apk|run)(?:\/|$))/v;

function denied({path, place, user, mount}: Of<'denied'>): CauseWords {
	if (mount) {
		const seen = mount.place === null ? ' unless it was made otherwise' : '';
		return {
			message: `${nameOf(user)} may not write to ${path}: the ${mount.type} mount at ${mount.target} has ${stateOf(place)}${seen}.`,
			advice:
				mount.type === 'cache'
					? `Give the mount to that user: add uid=${user.uid},gid=${user.gid} to it.`
					: null,
		};
	}

	const what = place.isDirectory ? `the folder ${place.path} has` : 'it has';
	return {
		message: `${nameOf(user)} may not do that at ${path}: ${what} ${stateOf(place)}.`,
		advice: isOfSystem.test(place.path)
			? 'Do it as root: put the instruction before USER, or USER root before it.'
			: `Give it to that user where root still is the user (RUN chown ${ownerOf(user)} ${place.path}; of what is copied: COPY --chown=${ownerOf(user)}), or do it as root.`,
	};
}

function unknownAccount(
	{name, hasFile, nearMisses}: Of<'unknown-user' | 'unknown-group'>,
	what: string,
	file: string,
): CauseWords {
	const meant =
		nearMisses.length > 0
			? ` Did you mean ${listWords(nearMisses, 'or')}?`
			: '';
	return {
		message: hasFile
			? `USER names the ${what} ${name}, which ${file} doesn't have.${meant}`
			: `USER names the ${what} ${name}, but there is no ${file} that could say who that is.`,
		advice: hasFile
			? `Add it in an instruction before, or give a number.`
			: 'Give a number: USER 1000:1000.',
	};
}

function danglingLink({
	path,
	link,
	written,
	target,
	copy,
}: Of<'dangling-link'>): CauseWords {
	const leads = written === target ? '' : ` leads to ${target}, which`;
	const isItself = path === link;
	return {
		message: `${isItself ? '' : `There is no ${path}: `}${link} is a link to ${written}, which${leads} isn't there.${
			copy === null
				? ''
				: ` ${copy.instruction} (${copy.place}) copied the link as it is${copy.leadsOut ? `: it leads out of the ${copy.source}` : ', not what it leads to'}.`
		}`,
		advice: null,
	};
}

function missingPath({
	path,
	missing,
	folder,
	nearMisses,
	places,
	directory,
}: Of<'missing-path'>): CauseWords {
	const counted =
		directory === null ? '' : ` (a relative path counts from ${directory})`;
	const elsewhere =
		places.length > 0 ? `; there is ${listWords(places, 'and')}` : '';
	return {
		message: `There is no ${path}${missing === path ? '' : `, as there is no ${missing}`}${counted}${elsewhere}.${oddityOf(path)}`,
		advice:
			nearMisses.length > 0
				? `Did you mean ${listWords(
						nearMisses.map(name => `${folder === '/' ? '' : folder}/${name}`),
						'or',
					)}?`
				: null,
	};
}

/** `dev (1000:1000)`, `The user 1000:0`. */
function nameOf({name, uid, gid}: Identity): string {
	return name === null ? `The user ${uid}:${gid}` : `${name} (${uid}:${gid})`;
}

function ownerOf({uid, gid}: Identity): string {
	return `${uid}:${gid}`;
}

/** `owner 0:0, mode 0755 (drwxr-xr-x)`. */
function stateOf({mode, uid, gid, isDirectory}: Place): string {
	const text = modeText({kind: isDirectory ? 'directory' : 'file', mode});
	return `owner ${uid}:${gid}, mode ${mode.toString(8).padStart(4, '0')} (${text})`;
}

function foldersOf(folders: readonly string[]): string {
	const rest = folders.length - folderLimit;
	return `${folders.slice(0, folderLimit).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function folderOf(path: string): string {
	return path.replace(/\/[^\/]*$/v, '') || '/';
}

function lastOf(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}
