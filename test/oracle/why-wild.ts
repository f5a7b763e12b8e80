import type {WhyDraft} from './why-draft.js';

/** What wild steps are about; whether any of it is there, and what it is, isn't kept track of. */
const paths = ['a', 'b', 'c', 'g', 'g/a', 'g/b', 'h', 'h/a'].map(
	name => `/e/${name}`,
);

/** What each stage with wild steps starts with: something that always is there. */
export function wildStart(draft: WhyDraft): void {
	draft.add(
		`RUN mkdir -p /e/g /e/h && printf ${draft.newOfLine()} > /e/z && printf ${draft.newOfLine()} > /e/a && printf ${draft.newOfLine()} > /e/g/a`,
	);
}

/** Several things done to the same few names in one RUN, each whether or not it can be done: kinds change, links break, folders move. */
export function wildRun(draft: WhyDraft): void {
	const parts = Array.from({length: 1 + draft.number(4)}, () =>
		wildPart(draft),
	);
	draft.add(`RUN (${parts.join('; ')}) 2>/dev/null; true`);
}

function wildPart(draft: WhyDraft): string {
	const [one, other] = [draft.one(paths), draft.one(paths)];
	switch (draft.number(13)) {
		// Where it is, with all of its other names.
		case 0:
		case 1: {
			return `printf ${draft.newOfLine()} > ${one}`;
		}

		case 2: {
			return `rm -rf ${one} && printf ${draft.newOfLine()} > ${one}`;
		}

		case 3: {
			return `rm -rf ${one} && mkdir ${one} && printf ${draft.newOfLine()} > ${one}/a`;
		}

		case 4:
		case 5: {
			return `mv ${one} ${other}`;
		}

		case 6: {
			return `mv ${one} /e/t && mv ${other} ${one} && mv /e/t ${other}`;
		}

		case 7:
		case 8: {
			return `ln ${one} ${other}`;
		}

		case 9: {
			return `ln -sfn ${one} ${other}`;
		}

		case 10: {
			return `rm -rf ${one}`;
		}

		case 11: {
			return `cp -al ${one} ${other}`;
		}

		default: {
			return draft.one([
				`chmod -R o+w ${one}`,
				`touch ${one}`,
				`chown -R 5:5 ${one}`,
			]);
		}
	}
}

/** @param from - The name of a stage with wild steps; `null` copies from the context. */
export function wildCopy(draft: WhyDraft, from: string | null): void {
	const into = `/k${draft.number(3)}`;
	if (from === null) {
		draft.add(
			draft.one([
				'COPY a /e/z',
				`WORKDIR ${into}/w\nCOPY a sub/c ./\nRUN printf ${draft.newOfLine(3)} > r\nWORKDIR /`,
				`ADD links.tar ${into}/`,
				`COPY a ${into}/x/y/`,
			]),
		);
		return;
	}

	draft.add(
		draft.one([
			`COPY --from=${from} /e ${into}`,
			`COPY --from=${from} /e/z ${into}/`,
			`COPY --from=${from} /e/[a-c]* /e/z* ${into}/`,
			`COPY --from=${from} --chown=3:4 /e ${into}/again/`,
			`COPY --from=${from} /e ${into}/e\nRUN mv ${into}/e ${into}/f 2>/dev/null; true`,
		]),
	);
}
