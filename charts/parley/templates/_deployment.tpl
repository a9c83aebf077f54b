{{/*
The Deployment of one of Parley's own processes: HTTP on one port, with /healthz, /readyz and /metrics there or, where
all paths are public, on `operationsPort`.
Of `dict "root" $ "component" "web" "env" (text) "redis" (bool) "account" (bool) "apiKeys" (bool) "preStopSeconds" 0
"operationsPort" 8081`.
*/}}
{{- define "parley.deployment" -}}
{{- $root := .root -}}
{{- $values := index $root.Values .component -}}
{{- $ca := and .redis (include "parley.redisCa" $root) -}}
{{- $operations := ternary "operations" "http" (hasKey . "operationsPort") -}}
{{- if and .preStopSeconds (ge .preStopSeconds (int $values.terminationGracePeriodSeconds)) -}}
{{- fail (printf "%s.preStopSeconds: must be shorter than %s.terminationGracePeriodSeconds" .component .component) -}}
{{- end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "parley.metadata" . | nindent 2 }}
spec:
  {{- if not (dig "autoscaling" "enabled" false $values) }}
  replicas: {{ $values.replicas | int }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate:
      {{- toYaml $values.rollingUpdate | nindent 6 }}
  selector:
    matchLabels:
      {{- include "parley.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "parley.podLabels" . | nindent 8 }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: {{ .operationsPort | default 8080 | quote }}
        {{- if and .redis (not $root.Values.secrets.existingSecret) }}
        {{- /* API keys are read again whenever they change. */}}
        checksum/secret: {{ omit (include "parley.secretData" $root | fromYaml) "api-keys" | toJson | sha256sum }}
        {{- end }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- if .account }}
      serviceAccountName: {{ include "parley.serviceAccountName" . }}
      {{- else }}
      automountServiceAccountToken: false
      {{- end }}
      {{- include "parley.podSettings" (dict "root" $root "values" $values "user" $root.Values.runAsUser) | nindent 6 }}
      {{- include "parley.spread" (dict "root" $root "component" .component "values" $values) | nindent 6 }}
      containers:
        - name: {{ .component }}
          image: {{ include "parley.image" (dict "root" $root "image" $values.image) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          env:
            {{- include "parley.env" $root | nindent 12 }}
            {{- if .redis }}
            {{- include "parley.redisEnv" $root | nindent 12 }}
            {{- end }}
            {{- with .operationsPort }}
            - name: OPERATIONS_PORT
              value: {{ . | quote }}
            {{- end }}
            {{- .env | nindent 12 }}
            {{- with $values.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          ports:
            - {name: http, containerPort: 8080, protocol: TCP}
            {{- with .operationsPort }}
            - {name: operations, containerPort: {{ . }}, protocol: TCP}
            {{- end }}
          {{- include "parley.containerSecurity" . | nindent 10 }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          startupProbe:
            httpGet: {path: /healthz, port: {{ $operations }}}
            periodSeconds: 1
            timeoutSeconds: 2
            failureThreshold: 60
          readinessProbe:
            httpGet: {path: /readyz, port: {{ $operations }}}
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 2
          livenessProbe:
            httpGet: {path: /healthz, port: {{ $operations }}}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          {{- with .preStopSeconds }}
          lifecycle:
            preStop:
              exec: {command: [sleep, {{ . | quote }}]}
          {{- end }}
          {{- if or $ca .apiKeys }}
          volumeMounts:
            {{- if $ca }}
            - {name: redis-ca, mountPath: /etc/parley/redis-ca, readOnly: true}
            {{- end }}
            {{- if .apiKeys }}
            - {name: api-keys, mountPath: /etc/parley/api-keys, readOnly: true}
            {{- end }}
          {{- end }}
      {{- if or $ca .apiKeys }}
      volumes:
        {{- if $ca }}
        - name: redis-ca
          {{- $ca | nindent 10 }}
        {{- end }}
        {{- if .apiKeys }}
        - name: api-keys
          secret:
            secretName: {{ include "parley.secretName" $root }}
            items: [{key: api-keys, path: api-keys}]
            optional: true
        {{- end }}
      {{- end }}
{{- end -}}

{{/* The PodDisruptionBudget of a component. */}}
{{- define "parley.disruptionBudget" -}}
{{- $budget := (.values | default (index .root.Values .component)).podDisruptionBudget -}}
{{- if $budget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "parley.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ toYaml $budget.maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "parley.selector" . | nindent 6 }}
{{- end }}
{{- end -}}

{{/* The ServiceAccount of a component. */}}
{{- define "parley.serviceAccount" -}}
{{- $account := (index .root.Values .component).serviceAccount -}}
{{- if $account.create }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "parley.serviceAccountName" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "parley.labels" . | nindent 4 }}
  {{- with $account.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The Service of a component. */}}
{{- define "parley.service" -}}
{{- $service := (index .root.Values .component).service }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "parley.metadata" . | nindent 2 }}
  {{- with $service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  selector:
    {{- include "parley.selector" . | nindent 4 }}
  ports:
    - {name: http, port: 80, targetPort: http, protocol: TCP}
{{- end -}}
