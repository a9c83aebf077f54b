export { k6Files, scenarioNames } from './import-graph.ts';
export { linkOverWebSocket, openWebSocket } from './web-socket.ts';
