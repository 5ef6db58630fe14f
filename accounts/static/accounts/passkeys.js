// Says in a sentence that a passkey did not work; the step itself is in allauth's webauthn.js.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  const problem = document.getElementById('passkey-problem')
  problem.hidden = false
  problem.scrollIntoView({ block: 'nearest' })
})
