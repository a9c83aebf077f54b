import { KubeConfig } from '@kubernetes/client-node';
import { type MediaPool, MediaPoolSpec, type Room, RoomSpec } from '@parley/resources';
import { createLogger } from '@parley/telemetry';
import { expect, test } from 'vitest';
import { labels, type Node, type Pod, type Service } from '../kinds.ts';
import { Exposer } from '../pool/exposer.ts';
import { templateName } from '../pool/template-name.ts';
import { KubeApi, Store } from '../runtime/index.ts';
import { makePod, makePool, makeRoom } from '../test/make.ts';
import { RoomRelays } from './relays.ts';

const log = createLogger('test');
log.level = 'silent';

test('a relay on a node that the watch has not told of yet stays', async () => {
  const settings = {
    namespace: 'parley-system',
    images: { sfu: 'sfu:1', turn: 'turn:1' },
    secretName: 'parley',
  };
  const config = new KubeConfig();
  // Nobody is there: whatever is made or removed fails.
  config.loadFromClusterAndUser(
    { name: 'none', server: 'http://127.0.0.1:1', skipTLSVerify: true },
    { name: 'none' },
  );
  const api = new KubeApi(config, { fieldManager: 'parley-operator', log, attempts: 1 });
  const [rooms, pools] = [new Store<Room>(), new Store<MediaPool>()];
  const [pods, nodes, services] = [new Store<Pod>(), new Store<Node>(), new Store<Service>()];
  const relays = new RoomRelays({
    api,
    log,
    rooms,
    pools,
    pods,
    nodes,
    exposer: new Exposer({ api, log, pods, nodes, services, settings }),
    isNodeGone: async () => false,
    settings,
    onChange: () => undefined,
  });
  const room = makeRoom({ relay: 'Dedicated' });
  rooms.put(room);
  pools.put(makePool());
  const template = templateName('turn', MediaPoolSpec.parse({}), settings);
  pods.put(
    makePod('relay', {
      role: 'turn',
      node: 'new',
      template,
      labels: { [labels.room]: room.metadata.uid },
      ports: { turn: 3478 },
    }),
  );
  const spec = RoomSpec.parse(room.spec);
  expect(await relays.tend(room, spec)).toBeUndefined();
  expect(relays.find(room, spec).problem).toBeUndefined();
  api.close();
});
