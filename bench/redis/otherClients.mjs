import { setTimeout } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Redis } from 'ioredis'

const CLIENTS = 8
let latencies = []

parentPort.on('message', () => {
  parentPort.postMessage(latencies)
  latencies = []
})

async function ask(redis) {
  for (;;) {
    const started = performance.now()
    await redis.get('somebody:else')
    latencies.push(performance.now() - started)
    await setTimeout(2)
  }
}

const clients = Array.from({ length: CLIENTS }, () => new Redis(workerData.port, '127.0.0.1'))
await Promise.all(clients.map((redis) => redis.ping()))
for (const redis of clients) ask(redis)
parentPort.postMessage('ready')
