import { burnGroup } from './burning.ts';
import { callGroup } from './calls.ts';
import { callAlerts } from './calls-alerts.ts';
import { objectiveGroups } from './objectives.ts';
import { observingAlerts } from './observing-alerts.ts';
import { operatorAlerts } from './operator-alerts.ts';
import { relayAlerts } from './relay-alerts.ts';
import type { RuleGroup } from './rule.ts';
import { sfuAlerts } from './sfu-alerts.ts';
import { signalingAlerts } from './signaling-alerts.ts';

export * from './objectives.ts';
export * from './rule.ts';

/** All rules of Parley for Prometheus. */
export const ruleGroups: readonly RuleGroup[] = [
  ...objectiveGroups,
  callGroup,
  burnGroup,
  callAlerts,
  sfuAlerts,
  relayAlerts,
  signalingAlerts,
  operatorAlerts,
  observingAlerts,
];
