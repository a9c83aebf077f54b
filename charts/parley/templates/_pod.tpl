{{/* What the pods of all components have in common, in the restricted Pod Security Standard. */}}
{{- define "parley.podSettings" -}}
{{- $values := .values -}}
enableServiceLinks: false
terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds | int }}
securityContext:
  runAsNonRoot: true
  {{- with .user }}
  runAsUser: {{ . | int }}
  runAsGroup: {{ . | int }}
  fsGroup: {{ . | int }}
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Restricted, with nothing to write to but what is mounted. */}}
{{- define "parley.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{- define "parley.spread" -}}
topologySpreadConstraints:
  {{- with .values.topologySpreadConstraints }}
  {{- toYaml . | nindent 2 }}
  {{- else }}
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "parley.selector" $ | nindent 8 }}
  {{- end }}
  {{- end }}
{{- end -}}

{{/* Environment of every process of Parley. */}}
{{- define "parley.env" -}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: POD_IP
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
- name: LISTEN_HOST
  {{- if eq .Values.listenHost "PodIP" }}
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
  {{- else }}
  value: {{ .Values.listenHost | quote }}
  {{- end }}
- name: PORT
  value: "8080"
- name: LOG_LEVEL
  value: {{ .Values.logLevel }}
{{- end -}}

{{/* Where spans go. The operator hands it on to SFUs. */}}
{{- define "parley.tracingEnv" -}}
{{- with .Values.tracing }}
{{- if .endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .endpoint | quote }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ .ratio | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* One variable from the Secret, of `dict "root" $ "name" "API_KEY" "key" "api-key" "optional" true`. */}}
{{- define "parley.secretEnv" -}}
- name: {{ .name }}
  valueFrom: {secretKeyRef: {name: {{ include "parley.secretName" .root }}, key: {{ .key }}{{ if .optional }}, optional: true{{ end }}}}
{{- end -}}

{{/* How to reach Redis. */}}
{{- define "parley.redisEnv" -}}
{{ include "parley.secretEnv" (dict "root" . "name" "REDIS_URL" "key" "redis-url") }}
{{- if include "parley.redisCa" . }}
- name: REDIS_CA_FILE
  value: /etc/parley/redis-ca/ca.crt
{{- end }}
{{- end -}}

{{/* The volume with the certificate of Redis' authority, if there is one. */}}
{{- define "parley.redisCa" -}}
{{- with .Values.redis }}
{{- if .caSecret.name -}}
secret: {secretName: {{ .caSecret.name }}, items: [{key: {{ .caSecret.key | quote }}, path: ca.crt}]}
{{- else if .caConfigMap.name -}}
configMap: {name: {{ .caConfigMap.name }}, items: [{key: {{ .caConfigMap.key | quote }}, path: ca.crt}]}
{{- end -}}
{{- end -}}
{{- end -}}
