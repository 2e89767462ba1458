package doctor

import (
	"net"
	"time"

	"golang.org/x/crypto/ssh/agent"
)

func (s osSystem) AgentKeys() ([][]byte, error) {
	if s.agent == "" {
		return nil, nil
	}
	conn, err := net.DialTimeout("unix", s.agent, patience)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	list, err := agent.NewClient(conn).List()
	if err != nil {
		return nil, err
	}
	var blobs [][]byte
	for _, k := range list {
		blobs = append(blobs, k.Blob)
	}
	return blobs, nil
}
