import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test, vi} from 'vitest';
import {ReferenceFiles} from '../../../../source/engine/buildkit/files/reference-files.js';
import type {Gateway} from '../../../../source/engine/buildkit/connect/gateway.js';
import {rootPath} from '../../../../source/text/byte-path.js';

test('a call that the engine fails for others at the same time is made again', async () => {
	const readDir = vi
		.fn<() => Promise<{entries: readonly never[]}>>()
		.mockRejectedValueOnce(
			new ConnectError('flightcontrol: exceeded retry timeout', Code.Unknown),
		)
		.mockResolvedValue({entries: []});
	const gateway = {bridge: {readDir}, callOptions: {}} as unknown as Gateway;
	const files = new ReferenceFiles(gateway, 'reference');
	await expect(files.readDirectory(rootPath)).resolves.toEqual([]);
	expect(readDir).toHaveBeenCalledTimes(2);
});
